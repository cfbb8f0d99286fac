import { chromium, type Browser } from 'playwright-core';
import { inject } from 'vitest';

/** Without one, the end-to-end tests are skipped. */
export const hasBrowser = inject('shared') !== null;

/**
 * The browser that all end-to-end tests share, with a camera that shows a test picture. Closing it closes this file's
 * pages only.
 */
export const openBrowser = (): Promise<Browser> => chromium.connect(inject('shared')!.browser);

/** The address of the service that they share: the default model, no limit on requests. */
export const sharedService = (): string => inject('shared')!.service;
