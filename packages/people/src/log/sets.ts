/** Disjoint sets of any keys; a key that was never joined is a set of its own. */
export class Sets<Key> {
  readonly #parent = new Map<Key, Key>();

  /** The key that names the set of `key`. */
  find(key: Key): Key {
    let root = key;
    for (let up = this.#parent.get(root); up !== undefined; up = this.#parent.get(root)) root = up;
    for (let at = key; at !== root; ) {
      const up = this.#parent.get(at) as Key;
      this.#parent.set(at, root);
      at = up;
    }
    return root;
  }

  /** Sets that can be joined further without changing these. */
  copy(): Sets<Key> {
    const copy = new Sets<Key>();
    for (const [key, parent] of this.#parent) copy.#parent.set(key, parent);
    return copy;
  }

  /** Makes one set of two; it goes by the name of the set of `a`. */
  union(a: Key, b: Key): void {
    const [into, from] = [this.find(a), this.find(b)];
    if (into !== from) this.#parent.set(from, into);
  }
}
