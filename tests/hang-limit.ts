/**
 * Milliseconds after which what a test waits for hangs. Less than two minutes: a hang is to be named, not waited for. A test
 * of several long steps may take longer as a whole; then each of its steps has this limit.
 */
export const HANG_LIMIT_MS = 110_000;
