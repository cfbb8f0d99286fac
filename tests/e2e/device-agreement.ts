import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import type { IdentificationResponse } from '@mushroom/api-service/identifications/identifications.schema';
import { repository } from '../service-process.ts';

/** How far the device's answers are from the service's. */
export interface Agreement {
  photos: number;
  /** Photos on which decision, match or verdict differ, with both answers. */
  disagreements: string[];
  /** Largest difference of a candidate's, a match's or a photo's score, or of the risk. */
  largestDifference: number;
}

/** The names of all photos that the project may show. */
export async function licensedPhotoNames(): Promise<string[]> {
  const list = await readFile(path.join(repository, 'models/data/licensed.csv'), 'utf8');
  return [...list.matchAll(/^licensed\/([^,"]+\.jpg),/gm)].map(([, name]) => name!);
}

/** Asks both about each photo. `device` is a tab from openDevice. */
export async function compareAnswers(device: Page, photos: readonly string[]): Promise<Agreement> {
  const disagreements: string[] = [];
  let largestDifference = 0;
  for (const photo of photos) {
    const answers = await device.evaluate((name) => globalThis.askBoth(`/api/v1/photos/${name}`), photo);
    const [here, there] = [summaryOf(answers.device), summaryOf(answers.service)];
    if (here !== there) disagreements.push(`${photo}: device ${here}, service ${there}`);
    largestDifference = Math.max(largestDifference, differenceOf(answers.device, answers.service));
  }
  return { photos: photos.length, disagreements, largestDifference };
}

function summaryOf({ decision, match, toxicity }: IdentificationResponse): string {
  return [decision, match?.rank, match?.taxon, toxicity.verdict].filter(Boolean).join(' ');
}

function differenceOf(a: IdentificationResponse, b: IdentificationResponse): number {
  const scoresOf = ({ candidates, match, toxicity, photos }: IdentificationResponse) =>
    new Map([
      ...candidates.map(({ rank, taxon, score }) => [`${rank} ${taxon}`, score] as const),
      ['match', match?.score ?? 0],
      ['risk', toxicity.risk],
      ['mushroom', photos[0]?.mushroom ?? 0],
    ]);
  const [ofA, ofB] = [scoresOf(a), scoresOf(b)];
  // A candidate that only one of them has among its best five has about the score of the other's fifth.
  const shared = [...ofA.keys()].filter((key) => ofB.has(key));
  return Math.max(...shared.map((key) => Math.abs(ofA.get(key)! - ofB.get(key)!)));
}
