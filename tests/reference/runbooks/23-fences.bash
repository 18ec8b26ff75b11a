# SPDX-License-Identifier: Apache-2.0
call tilde
call "tilde, a blank"
feed backticks <<'END'
```
this would be
```
END
call "a blank before the word"
feed longer <<'END'
```bash
call "text in a longer fence"
```
END
call "three blanks in"
  call "five blanks in"
call "more words behind"
call "an attribute"
call list
feed "in a list" <<END
no blanks
  two blanks
END
if true; then
  call deeper
fi
call "a quote in a list"
call quote \
  'goes on
here'

feed "in a quote" <<END
> and one more
END
final done
call "the end"
