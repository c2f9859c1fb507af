_base_ = './recognition/gca-ial/gca-ial_1xb40-16x1-100e_dfew-fold1-rgb.py'
