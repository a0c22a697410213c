/** Instructions: guessed from demonstrations, searched, tuned to, and written by the model itself. */
export {
  WORD_ROWS,
  WORD_TASKS,
  wordRows,
  wordTask,
  type WordKind,
  type WordRow,
  type WordTask,
} from './wordtasks';
