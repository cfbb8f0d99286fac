import { BACKENDS, type Backend } from '@mushroom/api-service/inference/backends';
import type { ServiceProcess } from '../service-process.ts';
import { metricsOf } from './service-metrics.ts';

/** The models of `models/registry` by what pages call them. */
export const MODELS = { default: 'mushroom-classifier', student: 'mushroom-student' } as const;

export type ModelTitle = keyof typeof MODELS;

/** What a page calls a model of `models/registry`. @throws Error where it has no word for it. */
export function titleOf(model: string): ModelTitle {
  const found = Object.entries(MODELS).find(([, name]) => name === model);
  if (!found) throw new Error(`${model} is neither ${Object.values(MODELS).join(' nor ')}`);
  return found[0] as ModelTitle;
}

/** The model that a service answers with, and the backend that it chose. */
export async function servedBy(service: ServiceProcess): Promise<{ model: string; backend: Backend }> {
  const info = (await metricsOf(service)).find(({ name }) => name === 'mushroom_model_info');
  const { model, backend } = info?.labels ?? {};
  if (!model || !isBackend(backend)) throw new Error('the service does not say what it runs');
  return { model, backend };
}

const isBackend = (name: string | undefined): name is Backend => BACKENDS.some((backend) => backend === name);
