import type { TFunction } from 'i18next';
import { useSyncExternalStore } from 'react';
import centres from './poison-centres.json';
import { preferredRegion, preferRegion } from './preferred-region.ts';

export type Region = (typeof centres.regions)[number];

type Line = Region['lines'][number];

/** Whose number it is. Centres are called by their own names; where there is but the emergency number, in words. */
export function lineName({ name, number }: Line, { emergency }: Region, t: TFunction): string {
  return number === emergency ? t('poison.askForCentre') : name;
}

const listeners = new Set<() => void>();
/** Holds the choice where the browser keeps nothing (private windows, storage refused). */
let chosen: string | null = null;

function currentCode(): string | null {
  return chosen ?? preferredRegion();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Remembers where the user is, on this device only. */
export function chooseRegion(code: string): void {
  chosen = code;
  preferRegion(code);
  for (const listener of listeners) listener();
}

/** Where to call for help: as chosen, else as the browser's language suggests; undefined where neither tells. */
export function useRegion(): Region | undefined {
  const code = useSyncExternalStore(subscribe, currentCode);
  return centres.regions.find((region) => region.code === code);
}
