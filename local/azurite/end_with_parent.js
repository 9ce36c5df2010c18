// Loaded before Azurite. Its standard input is a pipe held by the process that started it: when that
// process dies, however it dies, the pipe closes and Azurite ends too, so no emulator is left behind.
process.stdin.on("end", () => process.kill(process.pid, "SIGTERM"));
process.stdin.resume();
process.stdin.unref(); // The pipe alone must not keep Azurite alive after SIGTERM.
