_base_ = './recognition/aen/aen_r18-dfew_1xb32-8x2-20e_afew-rgb.py'
