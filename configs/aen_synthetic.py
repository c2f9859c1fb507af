_base_ = './recognition/aen/aen_r18-fer_1xb8-8x1-3e_synthetic-rgb.py'
