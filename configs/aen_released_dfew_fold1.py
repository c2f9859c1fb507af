_base_ = ('./recognition/aen/'
          'aen-released_r18-raf_1xb32-8x2-200e_dfew-fold1-rgb.py')
