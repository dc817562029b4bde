// All attacks, in the order in which they are told.
import type { Attack } from './attack.ts';
import { controlAttacks } from './control-attacks.ts';
import { httpAttacks } from './http-attacks.ts';
import { websocketAttacks } from './websocket-attacks.ts';

export const attacks: readonly Attack[] = [...httpAttacks, ...websocketAttacks, ...controlAttacks];
