/** The parts of jStat that the course uses; the package has no types of its own. */
declare module 'jstat' {
  export const jStat: {
    readonly studentt: {
      /** The quantile at p. */
      inv(p: number, freedom: number): number;
      /** The probability of values up to x. */
      cdf(x: number, freedom: number): number;
    };
  };
}
