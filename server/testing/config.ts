// What tests start a lab with: a free port, no log lines, and a store that leaves nothing behind.
import { defaultConfig, type LabConfig } from '../config.ts';

export const testConfig: LabConfig = { ...defaultConfig, port: 0, store: 'memory', logLevel: 'silent' };
