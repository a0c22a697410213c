import { checkCells, runSolutions } from './bin/cells.mjs';
try {
  await checkCells();
  console.log('types ok');
  console.log(await runSolutions());
} catch (e) {
  console.log(e.message.slice(0, 6000));
}
