/* Run a program on a pty of its own and do nothing but drain it.
 *
 *   drain RESULT EXPECTED PROGRAM [ARG…]
 *
 * RESULT gets one line of JSON: bytes drained, seconds from the fork to the end of the output,
 * the program's resident memory in KiB as the output passed 25, 50, 75 and 100 % of EXPECTED
 * bytes (0 where there is no /proc), and its wait status.
 */
#if defined(__APPLE__)
#include <util.h>
#else
#include <pty.h>
#endif
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SAMPLES = 4, CHUNK = 64 * 1024 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static long resident_kib(pid_t pid) {
  char path[64], line[256];
  long kib = 0;
  snprintf(path, sizeof path, "/proc/%ld/status", (long)pid);
  FILE *status = fopen(path, "r");
  if (!status) return 0;
  while (fgets(line, sizeof line, status))
    if (sscanf(line, "VmRSS: %ld", &kib) == 1) break;
  fclose(status);
  return kib;
}

int main(int argc, char **argv) {
  if (argc < 4) {
    fprintf(stderr, "usage: drain RESULT EXPECTED PROGRAM [ARG...]\n");
    return 2;
  }
  long long expected = atoll(argv[2]), bytes = 0;
  long rss[SAMPLES] = {0};
  int taken = 0, master = -1, status = 0;
  struct winsize size = {.ws_row = 24, .ws_col = 80};
  static char buffer[CHUNK];

  double start = now();
  pid_t pid = forkpty(&master, NULL, NULL, &size);
  if (pid < 0) {
    perror("forkpty");
    return 1;
  }
  if (pid == 0) {
    execvp(argv[3], argv + 3);
    perror(argv[3]);
    _exit(127);
  }
  for (;;) {
    ssize_t n = read(master, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break; /* EIO: the last program on the pty has gone */
    bytes += n;
    while (taken < SAMPLES && bytes >= expected / SAMPLES * (taken + 1))
      rss[taken++] = resident_kib(pid);
  }
  double seconds = now() - start;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;

  FILE *result = fopen(argv[1], "w");
  if (!result) {
    perror(argv[1]);
    return 1;
  }
  fprintf(result, "{\"bytes\": %lld, \"seconds\": %.6f, \"rss\": [%ld, %ld, %ld, %ld], \"status\": %d}\n",
          bytes, seconds, rss[0], rss[1], rss[2], rss[3], status);
  return fclose(result) == 0 ? 0 : 1;
}
