# SPDX-License-Identifier: Apache-2.0
"""A shorter description of a network: OpenVINO's .xml without what nobody reads.

Names of layers within the network, notes of how it was made, and white space are left out, which
is half of the file; names of inputs and outputs, by which cards call them, stay.
"""

import xml.etree.ElementTree as xml


def shorten(path):
    tree = xml.parse(path)
    root = tree.getroot()
    root.set("name", path.stem)
    for part in root.iter():
        part.tail = None
        if part.text is not None and not part.text.strip():
            part.text = None
        for notes in part.findall("rt_info"):
            part.remove(notes)
    kept = {name for layer in root.iter("layer") if layer.get("type") in ("Parameter", "Result")
            for port in layer.iter("port") for name in port.get("names", "").split(",") if name}
    outputs = {edge.get("from-layer") for edge in root.iter("edge")
               for layer in root.iter("layer")
               if layer.get("id") == edge.get("to-layer") and layer.get("type") == "Result"}
    for layer in root.iter("layer"):
        if layer.get("type") not in ("Parameter", "Result"):
            layer.set("name", layer.get("id"))
            for port in layer.iter("port"):
                names = set(port.get("names", "").split(","))
                if "names" in port.attrib and layer.get("id") not in outputs and not names & kept:
                    del port.attrib["names"]
    tree.write(path, encoding="utf-8", xml_declaration=True)
