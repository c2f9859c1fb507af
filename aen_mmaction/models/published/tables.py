# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""What each published model's weights are called here."""
from typing import Dict, List, NamedTuple, Tuple

from .name_rules import Rule, transformer_rules, unused_rules


class PublishedModel(NamedTuple):
    """A model whose weights its authors published.

    Attributes:
        rules (list[Rule]): Their names <-> ours; what their forward never
            uses goes to ``unused.``.
        heads (tuple[str]): Classifiers of theirs that end in ``unused.``; a
            file without them is refused all the same.
        config (str): Config of the model, relative to the repository.
        source (str): Where the weights come from.
    """
    rules: List[Rule]
    heads: Tuple[str, ...]
    config: str
    source: str


def _resnet_rules(ours: str) -> List[Rule]:
    """Stem and stages of a torchvision-like ResNet."""
    return [(f's_former.{name}.{{rest}}', f'{ours}.{name}.{{rest}}')
            for name in ('conv1', 'bn1')] + [
                ('s_former.layer{n}.{rest}', f'{ours}.layer{{n}}.{{rest}}')
            ]


FORMER_DFER = PublishedModel(
    rules=[
        *transformer_rules('s_former.spatial_transformer',
                           'backbone.layer3.transformer.blocks'),
        ('s_former.pos_embedding', 'backbone.layer3.transformer.pos_embed'),
        *_resnet_rules('backbone'),
        *transformer_rules('t_former.spatial_transformer',
                           'temporal.levels.0.blocks'),
        ('t_former.cls_token', 'temporal.levels.0.cls_token'),
        ('t_former.pos_embedding', 'temporal.levels.0.pos_embed'),
        ('fc.{rest}', 'cls_head.classifier.{rest}'),
    ],
    heads=(),
    config='configs/former-dfer_dfew_fold1.py',
    source='https://github.com/zengqunzhao/Former-DFER')

GCA_IAL = PublishedModel(
    rules=[
        *unused_rules(f's_former.layer1.0.{name}'
                      for name in ('AUX_fc.', 'glb.', 'gc.', 'fc1.', 'fc2.')),
        *[(f's_former.layer{{n}}.0.{name}', f'unused.layer{{n}}.{name}')
          for name in ('bias1', 'bias2', 'glb.weight')],
        ('s_former.bias', 'unused.bias'),
        ('s_former.conv1.0.{rest}', 'backbone.stem.0.conv.{rest}'),
        ('s_former.conv1.1.{rest}', 'backbone.stem.0.bn.{rest}'),
        ('s_former.conv1.3.{rest}', 'backbone.stem.1.conv.{rest}'),
        ('s_former.bn1.{rest}', 'backbone.stem.1.bn.{rest}'),
        ('s_former.layer2.0.AUX_fc.{n}.{rest}',
         'cls_head.aux_classifiers.0.{n}.{rest}'),
        ('s_former.layer3.0.AUX_fc.{n}.{rest}',
         'cls_head.aux_classifiers.1.{n}.{rest}'),
        ('s_former.layer{n}.0.gc.0.{rest}',
         'backbone.layer{n}.0.gate.context.{rest}'),
        ('s_former.layer{n}.0.fc1.0.{rest}',
         'backbone.layer{n}.0.gate.reduce.{rest}'),
        ('s_former.layer{n}.0.fc2.0.{rest}',
         'backbone.layer{n}.0.gate.expand.{rest}'),
        ('s_former.layer4.{rest}', 'neck.dynamic.{rest}'),
        ('s_former.layer{n}.{rest}', 'backbone.layer{n}.{rest}'),
        ('s_former.patch_embedding.0.{rest}', 'neck.static.conv.{rest}'),
        ('s_former.patch_embedding.1.{rest}', 'neck.static.bn.{rest}'),
        ('s_former.pos_embedding_pos', 'neck.pos_embed'),
        *transformer_rules('s_former.pos_transformer', 'neck.blocks'),
        ('s_former.pos_embedding', 'temporal.levels.2.pos_embed'),
        *transformer_rules('s_former.temporal_transformer',
                           'temporal.levels.2.blocks'),
        ('fc_f.{rest}', 'cls_head.classifier.{rest}'),
    ],
    heads=(),
    config='configs/gca-ial_dfew_fold1.py',
    source='https://github.com/muse1998/IAL-for-Facial-Expression-Recognition')


def _temporal_rules(suffix: str, ours: str) -> List[Rule]:
    """One of the prototype's four temporal transformers."""
    return [
        *transformer_rules(f't_former.spatial_transformer{suffix}',
                           f'{ours}.blocks'),
        (f't_former.cls_token{suffix}', f'{ours}.cls_token'),
        (f't_former.pos_embedding{suffix}', f'{ours}.pos_embed'),
    ]


AEN = PublishedModel(
    rules=[
        ('s_former.pos_embedding', 'unused.s_former.pos_embedding'),
        *unused_rules(('s_former.spatial_transformer.', )),
        *_resnet_rules('backbone'),
        # layer1 and layer3 are squeezed for the two converters, layer2 in
        # vain; the second convolution is called _2, the first _1
        ('s_former.conv_sp1_1.{rest}', 'neck.convs.0.0.{rest}'),
        ('s_former.conv_sp1_2.{rest}', 'neck.convs.0.1.{rest}'),
        ('s_former.conv_sp3_1.{rest}', 'neck.convs.1.0.{rest}'),
        ('s_former.conv_sp3_2.{rest}', 'neck.convs.1.1.{rest}'),
        ('s_former.conv_sp2_1.{rest}', 'unused.layer2.squeeze.0.{rest}'),
        ('s_former.conv_sp2_2.{rest}', 'unused.layer2.squeeze.1.{rest}'),
        *_temporal_rules('1', 'temporal.levels.0'),
        *_temporal_rules('3', 'temporal.levels.1'),
        *_temporal_rules('', 'temporal.levels.2'),
        *_temporal_rules('2', 'unused.layer2.temporal'),
        ('fc0.{rest}', 'cls_head.global_classifier.{rest}'),
        ('fc1.{rest}', 'cls_head.group_classifier.{rest}'),
        ('fc3.{rest}', 'cls_head.emotion_classifier.{rest}'),
        ('fc0_1.{rest}', 'cls_head.converters.0.query.{rest}'),
        ('fc0_1_o.{rest}', 'cls_head.converters.0.out.{rest}'),
        ('fc0_0.{rest}', 'cls_head.converters.0.shortcut.{rest}'),
        ('fc2_3.{rest}', 'cls_head.converters.1.query.{rest}'),
        ('fc2_3_o.{rest}', 'cls_head.converters.1.out.{rest}'),
        *unused_rules(('fc1_2.', 'fc1_2_o.', 'fc1_1.', 'fc2D.')),
    ],
    heads=('fc2D.weight', 'fc2D.bias'),
    config='configs/aen_released_dfew_fold1.py',
    source='https://github.com/bksain/AEN')

# The frame model inside AEN's file, or in the file of its guide alone.
AEN_GUIDE = PublishedModel(
    rules=[
        *_resnet_rules('backbone'),
        ('s_former.conv_sp3_1.{rest}', 'neck.convs.0.{rest}'),
        ('s_former.conv_sp3_2.{rest}', 'neck.convs.1.{rest}'),
        ('fc2D.{rest}', 'head.fc.{rest}'),
        *unused_rules(('s_former.', 't_former.', 'fc')),
    ],
    heads=(),
    config='configs/frame_fer/aen-released_raf-db.py',
    source='https://github.com/bksain/AEN')

PUBLISHED: Dict[str, PublishedModel] = {
    'aen': AEN,
    'aen-guide': AEN_GUIDE,
    'former-dfer': FORMER_DFER,
    'gca-ial': GCA_IAL,
}
