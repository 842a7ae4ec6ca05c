"""Models of every family of layers, which Keras 2.15 and 3.0 both know, and whole architectures."""


def sequential(keras):
    """{name: model} of one layer after another: the shape of the input, and the layers."""
    k = keras.layers
    return {
        "dense": ((6,), [k.Dense(5, "relu", kernel_regularizer="l2"), k.Dropout(0.3), k.BatchNormalization(), k.Dense(3, "softmax")]),
        "activations": ((6,), [k.LeakyReLU(), k.PReLU(), k.ELU(0.7), k.Dense(4, "gelu"), k.Dense(4, "hard_sigmoid"), k.Dense(4, "swish"), k.Softmax()]),
        "convolutions": ((12, 12, 3), [k.Conv2D(6, 3, strides=2, padding="same"), k.DepthwiseConv2D(3), k.SeparableConv2D(5, 2), k.Conv2DTranspose(4, 3), k.GlobalAveragePooling2D()]),
        "one_dimension": ((20, 4), [k.Conv1D(6, 3, padding="causal", dilation_rate=2), k.MaxPooling1D(2), k.SeparableConv1D(5, 3), k.UpSampling1D(2), k.ZeroPadding1D(1), k.Cropping1D(1), k.GlobalMaxPooling1D()]),
        "three_dimensions": ((6, 6, 6, 2), [k.Conv3D(3, 3), k.AveragePooling3D(2), k.Flatten(), k.Dense(2)]),
        "pooling": ((9, 9, 3), [k.ZeroPadding2D(1), k.MaxPooling2D(2), k.AveragePooling2D(2, padding="same"), k.Cropping2D(1), k.UpSampling2D(2), k.Flatten()]),
        "normalization": ((5, 6), [k.LayerNormalization(), k.UnitNormalization(), k.GroupNormalization(groups=3), k.Flatten()]),
        "recurrent": ((7, 4), [k.LSTM(5, return_sequences=True), k.GRU(4, return_sequences=True), k.SimpleRNN(3)]),
        "bidirectional": ((7, 4), [k.Bidirectional(k.LSTM(5, return_sequences=True)), k.TimeDistributed(k.Dense(3)), k.Bidirectional(k.GRU(2), merge_mode="sum")]),
        "gru_before": ((7, 4), [k.GRU(4, reset_after=False, activation="relu")]),
        "stacked_cells": ((7, 4), [k.RNN([k.LSTMCell(3), k.GRUCell(2)])]),
        "conv_lstm": ((3, 6, 6, 2), [k.ConvLSTM2D(3, 3), k.Flatten()]),
        "reshaping": ((4, 6), [k.Permute((2, 1)), k.Reshape((3, 8)), k.Flatten(), k.RepeatVector(2)]),
        "noise": ((6,), [k.GaussianNoise(0.1), k.GaussianDropout(0.2), k.AlphaDropout(0.1), k.ActivityRegularization(l2=0.1), k.Dense(2)]),
        "preprocessing": ((8, 8, 3), [k.Rescaling(1 / 255.0), k.CenterCrop(6, 6), k.Resizing(5, 5), k.RandomFlip(), k.Flatten()]),
        "embedding": ((5,), [k.Embedding(9, 4, mask_zero=True), k.LSTM(3)]),
    }


def functional(keras):
    k = keras.layers
    x, y = keras.Input((6,), name="x"), keras.Input((6,), name="y")
    merged = [each([x, y]) for each in (k.Add(), k.Subtract(), k.Multiply(), k.Average(), k.Maximum(), k.Minimum(), k.Concatenate(), k.Dot(1))]
    shared = k.Dense(3, name="shared")
    sequence = keras.Input((5, 8))
    attended = k.MultiHeadAttention(2, 4)(sequence, sequence)
    attended = k.LayerNormalization()(k.Add()([sequence, attended]))
    query = keras.Input((5, 8))
    inner = keras.Sequential([keras.Input((6,)), k.Dense(4, "tanh"), k.Dense(2)], name="inner")
    image = keras.Input((8, 8, 3))
    residual = k.Conv2D(3, 3, padding="same")(image)
    return {
        "merging": keras.Model([x, y], k.Concatenate()(merged)),
        "shared": keras.Model([x, y], [shared(x), k.Add()([shared(x), shared(y)])]),
        "attention": keras.Model(sequence, k.EinsumDense("abc,cd->abd", (None, 3), bias_axes="d")(attended)),
        "additive_attention": keras.Model([sequence, query], [k.Attention()([query, sequence]), k.AdditiveAttention()([query, sequence])]),
        "nested": keras.Model([x, y], k.Add()([inner(x), inner(y)])),
        "residual": keras.Model(image, k.Activation("relu")(k.Add()([image, residual]))),
    }


def architectures(keras):
    """{name: the function that makes the model}"""
    a = keras.applications
    small = {"weights": None, "classes": 5}
    return {
        "MobileNetV2": lambda: a.MobileNetV2((64, 64, 3), alpha=0.35, **small),
        "MobileNet": lambda: a.MobileNet((64, 64, 3), alpha=0.25, **small),
        "MobileNetV3Small": lambda: a.MobileNetV3Small((64, 64, 3), **small),
        "EfficientNetB0": lambda: a.EfficientNetB0(input_shape=(64, 64, 3), **small),
        "DenseNet121": lambda: a.DenseNet121(input_shape=(64, 64, 3), **small),
        "ResNet50V2": lambda: a.ResNet50V2(input_shape=(64, 64, 3), **small),
        "NASNetMobile": lambda: a.NASNetMobile((64, 64, 3), **small),
        "Xception": lambda: a.Xception(input_shape=(71, 71, 3), **small),
        "InceptionV3": lambda: a.InceptionV3(input_shape=(75, 75, 3), **small),
        "ConvNeXtTiny": lambda: a.ConvNeXtTiny(input_shape=(64, 64, 3), **small),
    }


def all_models(keras, names=()):
    """Yields names and models, all or some, one after the other: together the architectures take much memory."""
    for name, (shape, layers) in sequential(keras).items():
        if not names or name in names:
            yield name, keras.Sequential([keras.Input(shape), *layers])
    yield from ((name, model) for name, model in functional(keras).items() if not names or name in names)
    for name, make in architectures(keras).items():
        if not names or name in names:
            yield name, make()
