import { setTimeout as sleep } from 'node:timers/promises';
import { diag, DiagLogLevel, type Tracer } from '@opentelemetry/api';
import type { Logger } from 'pino';
import packageJson from '../../package.json' with { type: 'json' };

export interface OpenTelemetry {
  tracer: Tracer;
  /** Sends what is still to be sent. Never fails: a collector that is gone must not hold up the service's end. */
  stop(): Promise<void>;
}

/** Milliseconds that the last spans have to reach the collector. */
const LAST_EXPORT_MS = 3000;

/**
 * Starts to record spans and to send them to a collector, as OTLP over HTTP. The packages that do it are loaded here
 * and nowhere else. The exporter itself reads the OTEL_EXPORTER_OTLP_ keys of the environment that say how: headers,
 * timeout, certificate.
 * @param endpoint base address of the collector, such as `http://collector:4318`.
 */
export async function openTelemetry(endpoint: string, serviceName: string, log: Logger): Promise<OpenTelemetry> {
  const collector = new URL(endpoint).host;
  const trouble = (detail: string) => log.warn({ collector, detail }, 'trouble with traces');
  const nothing = () => {};
  const logger = { error: trouble, warn: trouble, info: nothing, debug: nothing, verbose: nothing };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const [{ BatchSpanProcessor, TracerProvider }, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all(
    [
      import('@opentelemetry/sdk-trace'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ],
  );
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces` });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName, 'service.version': packageJson.version }),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  return {
    tracer: provider.getTracer('mushroom-identifier', packageJson.version),
    async stop() {
      const done = new AbortController();
      const timeout = sleep(LAST_EXPORT_MS, undefined, { signal: done.signal }).then(
        () => trouble('the last spans did not reach the collector'),
        () => {},
      );
      const sent = provider.shutdown().catch((error: Error) => trouble(error.message));
      await Promise.race([sent, timeout]);
      done.abort();
    },
  };
}
