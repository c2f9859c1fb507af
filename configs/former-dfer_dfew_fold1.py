_base_ = ('./recognition/former-dfer/'
          'former-dfer_r18_1xb32-8x2-100e_dfew-fold1-rgb.py')
