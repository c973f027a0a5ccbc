"""Wheels and source distributions, made on the spot and always the same, byte for byte."""

import base64
import hashlib
import io
import tarfile
import zipfile

LONG_AGO = (1980, 1, 1, 0, 0, 0)


def wheel(name, version, *, requires=(), python=None, tag="py3-none-any"):
    """The file name and the bytes of a wheel with one empty module."""
    module = name.replace("-", "_")
    info = f"{module}-{version}.dist-info"
    metadata = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}"]
    metadata += [f"Requires-Dist: {requirement}" for requirement in requires]
    metadata += [f"Requires-Python: {python}"] if python else []
    files = {
        f"{module}.py": "",
        f"{info}/METADATA": "\n".join(metadata) + "\n",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: record\nRoot-Is-Purelib: true\nTag: {tag}\n",
    }
    return f"{module}-{version}-{tag}.whl", zipped(files, f"{info}/RECORD")


def big_wheel(name, version, size):
    """A wheel with `size` bytes that do not shrink."""
    module = name.replace("-", "_")
    info = f"{module}-{version}.dist-info"
    block = b"".join(hashlib.sha512(str(count).encode()).digest() for count in range(size // 64))
    files = {
        f"{module}.bin": block,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: record\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    return f"{module}-{version}-py3-none-any.whl", zipped(files, f"{info}/RECORD")


def zipped(files, record):
    lines = []
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files.items():
            data = text if isinstance(text, bytes) else text.encode()
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            lines.append(f"{path},sha256={digest},{len(data)}")
            archive.writestr(zipfile.ZipInfo(path, LONG_AGO), data)
        archive.writestr(zipfile.ZipInfo(record, LONG_AGO), "\n".join([*lines, f"{record},,"]) + "\n")
    return buffer.getvalue()


def sdist(name, version, files):
    """The file name and the bytes of a source distribution with these files."""
    root = f"{name.replace('-', '_')}-{version}"
    files = {"PKG-INFO": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", **files}
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=1) as archive:
        for path, text in files.items():
            data = text.encode()
            member = tarfile.TarInfo(f"{root}/{path}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    data = bytearray(buffer.getvalue())
    # The time in gzip's header.
    data[4:8] = bytes(4)
    return f"{root}.tar.gz", bytes(data)
