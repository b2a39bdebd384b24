// Shows /v1/cluster and /v1/timings of the node that served this page, again and again.

const REFRESH_MILLIS = 1000;
const GOOD_STATES = new Set(['LEADING', 'FOLLOWING']);
const WARN_STATES = new Set(['STARTING', 'RESEEDING', 'DRAINING']);

function cell(text, className = '') {
  const element = document.createElement('td');
  element.textContent = text ?? '–';
  element.className = className;
  return element;
}

function heading(text) {
  const element = document.createElement('th');
  element.scope = 'row';
  element.textContent = text;
  return element;
}

function stateCell(node) {
  const severity = GOOD_STATES.has(node.state) ? 'good' : WARN_STATES.has(node.state) ? 'warn' : 'bad';
  const copied = typeof node.copyPercent === 'number' ? ` ${Math.floor(node.copyPercent)} %` : '';
  const element = cell(node.state + copied, severity);
  if (node.reason) {
    const reason = document.createElement('span');
    reason.className = 'reason';
    reason.textContent = node.reason;
    element.append(reason);
  }
  return element;
}

function seconds(value) {
  return value === null || value === undefined ? null : `${Number(value).toFixed(1)} s`;
}

function gigabytes(bytes) {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function diskCell(disk) {
  if (!disk) {
    return cell(null, 'number');
  }
  const severity = { OK: '', WARN: 'warn', REFUSE: 'bad', FAILED: 'bad' }[disk.level] ?? '';
  const element = cell(`${gigabytes(disk.freeBytes)} free`, `number ${severity}`);
  element.title = `of ${gigabytes(disk.totalBytes)}; the log has ${gigabytes(disk.logBytes)}`;
  if (disk.level === 'REFUSE') {
    element.textContent += ': writes are refused';
  } else if (disk.level === 'FAILED') {
    element.textContent = 'cannot be written';
  }
  return element;
}

function nodeRow(node) {
  const row = document.createElement('tr');
  const engine = node.engine ?? {};
  row.append(
    heading(node.name ?? node.id),
    cell(node.role),
    stateCell(node),
    cell(node.kind === 'replica' ? 'replica' : node.votes === null ? null : node.votes ? 'yes' : 'not yet'),
    cell(node.mysql),
    cell(node.committedSeq, 'number'),
    cell(node.appliedSeq, 'number'),
    cell(seconds(node.lagSeconds), 'number'),
    diskCell(node.disk),
    cell([engine.product, engine.version?.split('-')[0]].filter(Boolean).join(' ') || null),
  );
  return row;
}

function timingRow(stage, figures) {
  const row = document.createElement('tr');
  row.append(heading(stage));
  for (const figure of ['count', 'p50', 'p90', 'p99', 'max']) {
    row.append(cell(figures[figure], 'number'));
  }
  return row;
}

function summaryOf(cluster) {
  const leader = cluster.nodes.find((node) => node.id === cluster.leader);
  const serving = cluster.nodes.filter((node) => GOOD_STATES.has(node.state)).length;
  const writes = leader ? `writes go to ${leader.name ?? leader.id}` : 'no leader: writes wait';
  return `${serving} of ${cluster.nodes.length} nodes serve; ${writes}; epoch ${cluster.epoch}.`;
}

async function json(path) {
  // Not relative to the page: browsers fetch nothing from an address with a user and a password in it.
  const response = await fetch(location.origin + path, { headers: { accept: 'application/json' } });
  if (!response.ok) {
    throw new Error(`${path} answered ${response.status}`);
  }
  return response.json();
}

async function refresh() {
  try {
    const [cluster, timings] = await Promise.all([json('/v1/cluster'), json('/v1/timings')]);
    document.getElementById('cluster-name').textContent = cluster.name;
    document.getElementById('summary').textContent = summaryOf(cluster);
    document.getElementById('nodes').replaceChildren(...cluster.nodes.map(nodeRow));
    document
      .getElementById('timings')
      .replaceChildren(...Object.entries(timings).map(([stage, figures]) => timingRow(stage, figures)));
  } catch (error) {
    document.getElementById('summary').textContent = `This node does not answer: ${error.message}`;
  } finally {
    setTimeout(refresh, REFRESH_MILLIS);
  }
}

refresh();
