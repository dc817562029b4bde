// Which runner plays which kind of workload.
import type { ScenarioResult } from '../report/run-file.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import type { RunContext } from './context.ts';
import { broadcastRunner } from './run-broadcast.ts';
import { httpCeilingRunner } from './run-http-ceiling.ts';
import { silenceRunner } from './run-silence.ts';

export function runScenario(scenario: Scenario, context: RunContext): Promise<ScenarioResult> {
  const { workload } = scenario;
  switch (workload.kind) {
    case 'broadcast':
      return broadcastRunner.run(scenario, workload, context);
    case 'silence':
      return silenceRunner.run(scenario, workload, context);
    case 'http-ceiling':
      return httpCeilingRunner.run(scenario, workload, context);
  }
}

/** @returns about how long the scenario takes, in ms. */
export function estimateMs({ workload }: Scenario, transports: number): number {
  switch (workload.kind) {
    case 'broadcast':
      return broadcastRunner.estimateMs(workload, transports);
    case 'silence':
      return silenceRunner.estimateMs(workload, transports);
    case 'http-ceiling':
      return httpCeilingRunner.estimateMs(workload, transports);
  }
}
