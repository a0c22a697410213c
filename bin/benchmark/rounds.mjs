// Sides are timed in turns, so that what slows the machine for a while slows all of them.

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

/**
 * Prepares a side and runs it until it is warm. Returns what it computed and how often it runs in a
 * round, so that a round takes at least `enough` milliseconds.
 */
async function warmUp({ process: side, prepare }, enough) {
  const hello = await side.hello;
  const ready = hello.failed ? hello : await side.ask({ do: 'prepare', ...prepare });
  const first = ready.failed ? ready : await side.ask({ do: 'run', times: 1 });
  const warm =
    first.wall < 100 ? { ...first, ...(await side.ask({ do: 'run', times: 3 })) } : first;
  if (warm.failed) return { failed: warm.failed };
  return { values: ready.values, times: Math.max(1, Math.ceil(enough / warm.wall)), runs: [] };
}

/** One round of one side; a side that fails is asked no more. */
async function oneRound({ process: side }, state) {
  if (state.failed) return state;
  const run = await side.ask({ do: 'run', times: state.times });
  return run.failed ? { failed: run.failed } : { ...state, runs: [...state.runs, run] };
}

/** The median of the rounds, their CPU times, and the range of these. */
function summaryOf({ failed, values, runs }) {
  if (failed) return { failed };
  const cpu = runs.map((run) => run.cpu);
  return {
    values,
    cpu: median(cpu),
    rounds: cpu,
    range: [Math.min(...cpu), Math.max(...cpu)],
    wall: median(runs.map((run) => run.wall)),
    memory: Math.max(...runs.map((run) => run.memory)),
    ...(runs[0].peak === undefined ? {} : { peak: Math.max(...runs.map((run) => run.peak)) }),
  };
}

/**
 * Times sides, given by name as { process, prepare }, in turns. Returns by name what each computed
 * (`values`), its milliseconds of CPU (`cpu`, `range`, each of the `rounds`) and `wall`, its bytes of
 * `memory`; or why it `failed`. The processes are closed.
 */
export async function inTurns(sides, rounds, enough = 300) {
  const states = {};
  for (const [name, side] of Object.entries(sides)) states[name] = await warmUp(side, enough);
  for (let round = 0; round < rounds; round++)
    for (const [name, side] of Object.entries(sides))
      states[name] = await oneRound(side, states[name]);
  for (const { process: side } of Object.values(sides)) side.close();
  return Object.fromEntries(
    Object.entries(states).map(([name, state]) => [name, summaryOf(state)]),
  );
}
