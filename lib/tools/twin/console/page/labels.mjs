// Where the words of a Region stand on the map, so that those of near Regions do not lie on one another.

/** What the words take at most, in units of the map: two lines, and a third where something fails. */
export const WORDS = { width: 150, height: 50 };
/** Beside the mark, else a step below or above. */
const BESIDE = 15;
const STEP = 52;
const MARK = 9;

const overlap = (one, other) =>
  one.left < other.right &&
  other.left < one.right &&
  one.top < other.bottom &&
  other.top < one.bottom;

const sidesOf = ({ x, y }) =>
  [0, STEP, -STEP].flatMap((down) =>
    ['start', 'end'].map((anchor) => {
      const at = anchor === 'start' ? x + BESIDE : x - BESIDE;
      const left = anchor === 'start' ? at : at - WORDS.width;
      const top = y + down - 13;
      const box = { left, right: left + WORDS.width, top, bottom: top + WORDS.height };
      return { x: at, y: y + down, anchor, box };
    }),
  );

/**
 * @param places of Regions on a map of such a size
 * @returns for each the place of its words: left, right, a step below or above; where all are taken the first
 */
export const labels = (places, { width, height }) => {
  const marks = places.map(({ x, y }) => ({
    ...{ left: x - MARK, right: x + MARK, top: y - MARK, bottom: y + MARK },
  }));
  const taken = [];
  return places.map((place) => {
    const within = sidesOf(place).filter(
      ({ box }) => box.left >= 0 && box.right <= width && box.top >= 0 && box.bottom <= height,
    );
    const others = marks.filter((_, at) => places[at] !== place);
    const free = within.find(({ box }) => ![...taken, ...others].some((it) => overlap(box, it)));
    const { box, ...found } = free ?? within[0] ?? sidesOf(place)[0];
    taken.push(box);
    return found;
  });
};
