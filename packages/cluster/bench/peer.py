"""Clusters the faces of a file with a peer and prints what it took as JSON.

Usage: peer.py PEER FILE ROWS COLS THRESHOLD LABELS_FILE, where PEER is one of
  fastcluster        distances by a product in double precision
  fastcluster-pdist  distances by SciPy's pdist(X, 'cosine')
  fastcluster-quick  distances by a product in single precision, the quickest way there is
  scikit-learn       AgglomerativeClustering on the distances of a product in double precision
"""
import json
import resource
import sys
import time

import numpy as np

peer, file, rows, cols, threshold, labels_file = sys.argv[1:]
X = np.fromfile(file, np.float32).reshape(int(rows), int(cols))
threshold = float(threshold)

if peer.startswith("fastcluster"):
    import fastcluster
    from scipy.cluster.hierarchy import fcluster
    from scipy.spatial.distance import pdist, squareform
else:
    from sklearn.cluster import AgglomerativeClustering


def product(U):
    U /= np.linalg.norm(U, axis=1, keepdims=True)
    D = U @ U.T
    np.subtract(1, D, out=D)
    np.clip(D, 0, 2, out=D)
    np.fill_diagonal(D, 0)
    return D


start = time.perf_counter()
busy = time.process_time()
if peer == "fastcluster-pdist":
    condensed = pdist(X, "cosine")
elif peer == "fastcluster-quick":
    condensed = squareform(product(X), checks=False).astype(np.float64)
elif peer == "fastcluster":
    condensed = squareform(product(X.astype(np.float64)), checks=False)
else:
    D = product(X.astype(np.float64))
distances = time.perf_counter() - start
if peer.startswith("fastcluster"):
    Z = fastcluster.linkage(condensed, "average", preserve_input=False)
    labels = fcluster(Z, np.nextafter(threshold, -np.inf), "distance") - 1
else:
    # scikit-learn 1.4 dropped `affinity` for `metric`
    model = dict(n_clusters=None, distance_threshold=threshold, linkage="average")
    try:
        labels = AgglomerativeClustering(metric="precomputed", **model).fit_predict(D)
    except TypeError:
        labels = AgglomerativeClustering(affinity="precomputed", **model).fit_predict(D)
seconds = time.perf_counter() - start
busy = time.process_time() - busy
labels.astype(np.int32).tofile(labels_file)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
clusters = int(labels.max()) + 1
print(
    json.dumps(
        {"seconds": seconds, "processor": busy, "distances": distances, "clusters": clusters, "peak": peak}
    )
)
