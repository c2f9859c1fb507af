_base_ = './recognition/gca-ial/gca-ial_1xb8-8x1-3e_synthetic-rgb.py'
