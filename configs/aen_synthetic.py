_base_ = './recognition/aen/aen_r18-fer_1xb8-4x2-5e_synthetic-rgb.py'
