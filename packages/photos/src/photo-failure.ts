/** A photo that could not be read, decoded or searched, and why. */
export interface PhotoFailure {
  path: string;
  /** One line. */
  message: string;
}
