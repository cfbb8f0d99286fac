"""Writes gcloud-commands.json: the flags that an installed gcloud knows for each command that the playbooks use.

    python3 extract-gcloud-commands.py <gcloud's data/cli folder> <command> [<command> …]

A flag's value is "bool", "value", "dynamic", or the list of values that it takes.
"""

import json
import sys

folder, commands = sys.argv[1], sys.argv[2:]
sys.path.insert(0, folder)
sys.dont_write_bytecode = True

from gcloud_completions import STATIC_COMPLETION_CLI_TREE as TREE  # noqa: E402

table = {"": TREE["flags"]}
for command in sorted(commands):
    node = TREE
    for word in command.split():
        node = node["commands"][word]
    table[command] = dict(sorted(node["flags"].items()))
json.dump(table, sys.stdout, indent=2)
print()
