import { expose } from 'comlink';
import { z } from 'zod';
import { DeviceIdentifier } from './device-identifier.ts';

// Else zod would try to compile its checks from text, which the Content-Security-Policy forbids and reports.
z.config({ jitless: true });

expose(new DeviceIdentifier());
// Tells the page that this code is here.
self.postMessage('started');
