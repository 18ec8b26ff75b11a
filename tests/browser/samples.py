"""Runbooks that have one of everything that a page can have."""

EVERYTHING = """\
---
title: All of it
description: A runbook with one of everything.
requires: [bash >=4.4]
env: {LAMP: lit}
---

# All of it

For readers: *this*, `that` and [a link](https://example.com/).

```bash
echo "set-up"
```

<!-- @SHOW -->

## Commands

```bash
printf 'colours\\n'
# a remark
cat <<'END' >file
  two blanks, a tab\t and blanks at the end:  \x20
ÄÖÜ → 中文 😀
END
seq 1000
```

<!-- @until 30s -->
<!-- @expect ready -->

```bash
printf 'ready\\n'
```

<!-- @for 5s -->

```bash
watch date
```

<!-- @edit s/10/50/ -->

```bash
vi scale.yaml
```

```bash
changed
```

```bash
#$ only typed
```

```yaml
light: Gull Point
```

| a | b |
|---|--:|
| 1 | 2 |

### Deeper

> A quotation.

<!-- @browse https://example.com/ Faces -->
<!-- @note Only for the speaker. -->
<!-- @print Good morning. -->

## Third

1. one

   ```bash
   echo one
   ```

```bash
echo expected
```

```output
exp<rest>
```

<!-- @cleanup -->
```bash
rm file
```
<!-- @end -->
"""

PRINTED = {
    "printf 'colours": (
        "\x1b[31mred\x1b[0m \x1b[1;32mgreen\x1b[0m \x1b[33;44mon blue\x1b[0m "
        "\x1b[38;5;226myellow\x1b[0m \x1b[48;2;250;250;250mlight\x1b[0m \x1b[7minverse\x1b[0m "
        "\x1b[2mfaint\x1b[0m\r\n"
    )
    + "".join(f"\r{n} %" for n in range(101))
    + "\r\n",
    "seq": "".join(f"{n}\r\n" for n in range(1, 1001)),
    "printf 'ready": "ready\r\n",
    "watch": "wide " * 80 + "\r\n",
}
