import type { IncomingMessage } from 'node:http';
import { pathOf } from '../http/request-path.ts';

/** Whether Kubernetes or Prometheus asks, as they do every few seconds: their requests would drown all others. */
export const isProbe = (request: IncomingMessage) =>
  /^\/(livez|readyz|startupz|metrics|v2\/health\/(live|ready))$/.test(pathOf(request));
