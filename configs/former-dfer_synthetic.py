_base_ = ('./recognition/former-dfer/'
          'former-dfer_r18_1xb8-8x1-3e_synthetic-rgb.py')
