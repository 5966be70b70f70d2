#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts the test cases in meson's testlog.json files and prints "N passed, N failed, N skipped".

A program that failed without a failing case of its own (a crash, a time-out) counts as one failure.
"""
import json
import re
import sys

CASE = re.compile(r'^(not )?ok\b[^#]*(?:#\s*(SKIP)\b)?', re.IGNORECASE)


def count(test):
    passed = failed = skipped = 0
    for line in (test.get('stdout') or '').splitlines():
        match = CASE.match(line)
        if not match:
            continue
        if match.group(2):
            skipped += 1
            print(f"skipped in {test['name']}: {line}")
        elif match.group(1):
            failed += 1
        else:
            passed += 1
    if test['result'] in ('OK', 'EXPECTEDFAIL'):
        passed += not (passed or skipped)
    elif test['result'] == 'SKIP':
        skipped += not skipped
    elif not failed:
        failed += 1
        print(f"{test['name']}: {test['result']}")
    return passed, failed, skipped


totals = [0, 0, 0]
for path in sys.argv[1:]:
    with open(path, encoding='utf-8') as log:
        for line in log:
            totals = [a + b for a, b in zip(totals, count(json.loads(line)))]
passed, failed, skipped = totals
print(f'{passed} passed, {failed} failed' + (f', {skipped} skipped' if skipped else ''))
sys.exit(failed > 0 or passed == 0)
