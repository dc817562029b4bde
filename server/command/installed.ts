// Whether a program of the system's is there, for what needs one and says so where it is missing.
import { execFileSync } from 'node:child_process';

/** @param question a flag that the program answers at once. */
export function isInstalled(program: string, question = '--version'): boolean {
  try {
    execFileSync(program, [question], { stdio: 'ignore' });
    return true;
  } catch (error) {
    // EACCES: something has its name, and can't be started.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EACCES')) return false;
    throw error;
  }
}
