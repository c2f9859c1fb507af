_base_ = './recognition/aen/aen_r18-raf_1xb32-8x2-100e_crema-d-fold1-rgb.py'
