"""The models that are measured: name in workloads.json -> function that builds it."""

import keras
from keras import Input, Model, Sequential, layers, ops

MODELS = {}


def model(build):
    MODELS[build.__name__] = build
    return build


@model
def mlp():
    return Sequential(
        [
            Input((784,)),
            layers.Dense(512, activation="relu"),
            layers.Dense(512, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )


@model
def wide_mlp():
    """Weights of 34 MB: a prediction takes as long as reading them."""
    return Sequential(
        [
            Input((2048,)),
            layers.Dense(2048, activation="relu"),
            layers.Dense(2048, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )


@model
def square_mlp(size):
    """Four Dense layers whose weights take that many megabytes."""
    units = round((size * 1e6 / 16) ** 0.5)
    return Sequential([Input((units,)), *(layers.Dense(units) for _ in range(4))])


@model
def chain(size):
    """That many small Dense layers, one after another."""
    return Sequential([Input((16,)), *(layers.Dense(16) for _ in range(size))])


@model
def cnn():
    """The network of Keras's example "Simple MNIST convnet"."""
    return Sequential(
        [
            Input((28, 28, 1)),
            layers.Conv2D(32, kernel_size=(3, 3), activation="relu"),
            layers.MaxPooling2D(pool_size=(2, 2)),
            layers.Conv2D(64, kernel_size=(3, 3), activation="relu"),
            layers.MaxPooling2D(pool_size=(2, 2)),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )


@model
def mobilenetv2(size=224):
    return keras.applications.MobileNetV2(weights=None, input_shape=(size, size, 3))


@model
def efficientnetb0():
    return keras.applications.EfficientNetB0(weights=None)


@model
def resnet50():
    return keras.applications.ResNet50(weights=None)


def over_sequence(layer):
    return Sequential([Input((100, 64)), layer])


@model
def lstm():
    return over_sequence(layers.LSTM(128))


@model
def gru():
    return over_sequence(layers.GRU(128))


@model
def bilstm():
    return over_sequence(layers.Bidirectional(layers.LSTM(128)))


@model
def transformer(tokens=128):
    inputs = x = Input((tokens, 256))
    for _ in range(4):
        attended = layers.MultiHeadAttention(num_heads=8, key_dim=32)(x, x)
        x = layers.LayerNormalization(epsilon=1e-6)(layers.Add()([x, attended]))
        hidden = layers.Dense(1024, activation="relu")(x)
        x = layers.LayerNormalization(epsilon=1e-6)(layers.Add()([x, layers.Dense(256)(hidden)]))
    return Model(inputs, x)


@model
def product(size):
    a, b = Input((size, size)), Input((size, size))
    return Model([a, b], ops.matmul(a, b))


@model
def product_with_constant(size):
    return Sequential([Input((size,)), layers.Dense(size, use_bias=False)])


def over_image(side, channels, layer):
    return Sequential([Input((side, side, channels)), layer])


@model
def depthwise3():
    return over_image(56, 144, layers.DepthwiseConv2D(3, padding="same"))


@model
def depthwise5():
    return over_image(14, 672, layers.DepthwiseConv2D(5, padding="same"))


@model
def conv3():
    return over_image(56, 64, layers.Conv2D(64, 3, padding="same"))


@model
def conv3_deep():
    return over_image(14, 256, layers.Conv2D(256, 3, padding="same"))
