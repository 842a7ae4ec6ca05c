"""Compares how two HDF5 files store their content: paths, types, shapes, layouts, attributes."""

import h5py


def differences(ours, keras, only_common=False):
    """(path, what this package stores, what Keras stores) for each object that differs; None for what a file lacks."""
    with h5py.File(ours, "r") as a, h5py.File(keras, "r") as b:
        stored, wanted = described(a), described(b)
    paths = sorted(stored.keys() & wanted.keys() if only_common else stored.keys() | wanted.keys())
    return [(path, stored.get(path), wanted.get(path)) for path in paths if stored.get(path) != wanted.get(path)]


def described(file):
    found = {"": attributes_of(file)}

    def visit(path, entity):
        found[path] = attributes_of(entity)
        if isinstance(entity, h5py.Dataset):
            plist = entity.id.get_create_plist()
            found[path] |= {
                "type": encoded(entity.id.get_type()),
                "shape": encoded(entity.id.get_space()),
                "storage": (plist.get_layout(), plist.get_alloc_time(), plist.get_fill_time(), plist.fill_value_defined()),
            }

    file.visititems(visit)
    return found


def attributes_of(entity):
    ids = {name: entity.attrs.get_id(name) for name in entity.attrs}
    return {f"@{name}": (encoded(each.get_type()), encoded(each.get_space())) for name, each in ids.items()}


def encoded(part):
    return part.encode().hex()
