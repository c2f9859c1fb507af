_base_ = './recognition/aen/aen_r18-fer_1xb16-4x2-8e_synthetic-rgb.py'
