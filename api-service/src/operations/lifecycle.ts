/** Whether the process is on its way out; set when it is told to stop. */
export interface Lifecycle {
  draining: boolean;
}
