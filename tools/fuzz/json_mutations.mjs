// Mutations of a JSON value that keep it valid JSON: values replaced by extreme ones, moved, duplicated, removed, renamed.

const extremes = [
  ...[null, true, false, '', 'x', [], {}, [null], [[]], 0, -1, 1, 2, 3, 0.5, -0.5, 7, 64, 1000],
  ...[2 ** 15, 2 ** 16, 2 ** 30, 2 ** 31, 2 ** 31 - 1, 2 ** 32, 2 ** 32 + 4, 2 ** 53, 2 ** 62],
  ...[
    -(2 ** 31),
    -(2 ** 53),
    1e15,
    1e300,
    -1e300,
    1e-320,
    [0],
    [-1],
    [1, 2, 3],
    [2 ** 31, 2 ** 31],
  ],
  ...['float32', 'int8', 'string', 'bfloat16', 'relu', 'valid', 'same', 'channels_first', 'auto'],
  ...['__proto__', 'constructor', '__host_function__1', '__keras_tensor__', '../../x', 'a/b', '\0'],
];

const keys = [
  '__proto__',
  'constructor',
  'class_name',
  'config',
  'module',
  'registered_name',
  'name',
];

// Copies of copies would fill the memory of this process.
const mostContainers = 2000;

/** Every container of the value that has members, with the keys of each. */
function containers(value, found = []) {
  const stack = [value];
  while (stack.length > 0) {
    const each = stack.pop();
    if (typeof each !== 'object' || each === null) continue;
    const own = Object.keys(each);
    if (own.length > 0) found.push([each, own]);
    for (const key of own) stack.push(each[key]);
  }
  return found;
}

// `__proto__` as an own key.
function assign(target, key, value) {
  Object.defineProperty(target, key, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

// structuredClone overflows the stack on what `nested` makes.
function copyOf(value) {
  try {
    return structuredClone(value);
  } catch {
    return null;
  }
}

function nested(depth, random) {
  let value = random.pick([1, 'x', null]);
  for (let i = 0; i < depth; i++) value = random.chance(0.5) ? [value] : { config: value };
  return value;
}

const mutations = {
  replace: (random, [target, own]) =>
    assign(target, random.pick(own), copyOf(random.pick(extremes))),
  nudge(random, [target, own]) {
    const numbers = own.filter((key) => typeof target[key] === 'number');
    if (numbers.length === 0) return;
    const key = random.pick(numbers);
    const change = random.pick([(x) => x + 1, (x) => x - 1, (x) => -x, (x) => x * 2, (x) => x / 3]);
    target[key] = change(target[key]);
  },
  remove(random, [target, own]) {
    if (Array.isArray(target)) target.splice(random.below(target.length), 1);
    else delete target[random.pick(own)];
  },
  repeat(random, [target, own]) {
    if (!Array.isArray(target)) return;
    const copy = copyOf(target[random.pick(own)]);
    for (let i = random.pick([1, 1, 2, 40]); i > 0; i--) target.push(copy);
  },
  shuffle(random, [target]) {
    if (Array.isArray(target)) target.sort(() => random.next() - 0.5);
  },
  rename(random, [target, own], all) {
    if (Array.isArray(target)) return;
    const from = random.pick(own);
    const to = random.chance(0.5) ? random.pick(keys) : random.pick(random.pick(all)[1]);
    assign(target, to, target[from]);
    if (to !== from) delete target[from];
  },
  move(random, [target, own], all) {
    const [source, from] = random.pick(all);
    assign(target, random.pick(own), copyOf(source[random.pick(from)]));
  },
  deepen: (random, [target, own]) =>
    assign(target, random.pick(own), nested(random.pick([20, 70, 300, 900, 3000]), random)),
};

/**
 * Mutates a JSON value in place, one to four times.
 *
 * @param classNames names that may replace a `class_name`.
 */
export function mutateJson(value, random, classNames = []) {
  for (let i = random.pick([1, 1, 1, 2, 3, 4]); i > 0; i--) {
    const all = containers(value);
    if (all.length === 0 || all.length > mostContainers) return;
    const named = all.filter(([each]) => typeof each.class_name === 'string');
    if (classNames.length > 0 && named.length > 0 && random.chance(0.15)) {
      random.pick(named)[0].class_name = random.pick(classNames);
      continue;
    }
    random.pick(Object.values(mutations))(random, random.pick(all), all);
  }
}

/** JSON text of a value at any depth: JSON.stringify would overflow the stack. */
export function stringify(value) {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return stringifyDeep(value);
    throw error;
  }
}

function stringifyDeep(value) {
  const parts = [];
  const stack = [{ value }];
  while (stack.length > 0) {
    const { text, value: each } = stack.pop();
    if (text !== undefined) {
      parts.push(text);
    } else if (typeof each !== 'object' || each === null) {
      parts.push(JSON.stringify(each) ?? 'null');
    } else {
      const isList = Array.isArray(each);
      stack.push({ text: isList ? ']' : '}' });
      const own = Object.keys(each);
      own.reverse().forEach((key, i) => {
        stack.push({ value: each[key] });
        const comma = i === own.length - 1 ? '' : ',';
        stack.push({ text: isList ? comma : `${comma}${JSON.stringify(key)}:` });
      });
      stack.push({ text: isList ? '[' : '{' });
    }
  }
  return parts.join('');
}
