# AEN on MMAction2's SlowOnly, a 3D network that keeps all 16 frames.
_base_ = ('../recognition/aen/'
          'aen_r18-raf_1xb32-8x2-100e_dfew-fold1-rgb.py')

model = dict(
    backbone=dict(
        _delete_=True,
        type='ResNet3dSlowOnly',
        depth=50,
        pretrained='torchvision://resnet50.imagenet1k_v2',  # inflated
        lateral=False,
        conv1_kernel=(1, 7, 7),
        conv1_stride_t=1,
        pool1_stride_t=1,
        inflate=(0, 0, 1, 1),
        norm_eval=False,
        out_indices=(0, 2, 3)),
    backbone_norm=dict(  # ImageNet's
        mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225)),
    init_backbone_from_guide=False)
