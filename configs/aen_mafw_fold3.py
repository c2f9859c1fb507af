_base_ = './recognition/aen/aen_r18-raf_1xb32-8x2-100e_mafw-fold3-rgb.py'
