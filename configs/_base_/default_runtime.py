# Runtime shared by all clip-level configs.
custom_imports = dict(imports=['aen_mmaction'], allow_failed_imports=False)
default_scope = 'mmaction'

default_hooks = dict(
    runtime_info=dict(type='RuntimeInfoHook'),
    timer=dict(type='IterTimerHook'),
    logger=dict(type='LoggerHook', interval=20, ignore_last=False),
    param_scheduler=dict(type='ParamSchedulerHook'),
    # The last epoch is what gets reported. save_best would pick the epoch on
    # the test fold: DFEW has no validation split.
    checkpoint=dict(
        type='CheckpointHook', interval=1, max_keep_ckpts=3, save_best=None),
    sampler_seed=dict(type='DistSamplerSeedHook'))

custom_hooks = [
    dict(type='EpochSeedHook'),  # augmentation seeded by seed, epoch, clip
    dict(type='CheckpointContractHook', reset_head=False),
    dict(type='RankMeanLossHook'),
    dict(type='LossBalanceHook', interval=50),
    dict(type='ClassWeightHook'),  # for losses with class_weights='inverse'
    dict(type='LossGuardHook', skip=0),  # NaN: stop, and name the batch
    dict(type='DiskHook'),  # room for the checkpoints, before the start
    dict(type='PreemptionHook'),  # SIGTERM: save, exit 0
    dict(type='ResumeHook'),  # go on inside an epoch
    dict(type='KeepMemoryHook'),  # without a GPU: faster steps
]

env_cfg = dict(
    cudnn_benchmark=False,
    mp_cfg=dict(mp_start_method='fork', opencv_num_threads=0),
    dist_cfg=dict(backend='nccl'))

# window_size=1: the log shows the losses of that very iteration, unsmoothed.
log_processor = dict(type='LogProcessor', window_size=1, by_epoch=True)
log_level = 'INFO'
vis_backends = [dict(type='LocalVisBackend'),
                dict(type='TensorboardVisBackend')]
visualizer = dict(type='Visualizer', vis_backends=vis_backends)

load_from = None
resume = False
