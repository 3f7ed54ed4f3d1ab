/** A data folder with its programs and password. */
export interface Cluster {
  /** The real path of the folder that holds everything. */
  readonly folder: string;
  /** PostgreSQL's own folder. Its path is on the postmaster's command line. */
  readonly data: string;
  readonly logFile: string;
  /** The program. */
  readonly postgres: string;
  urlOf(port: number): string;
}
