/** The mark: a deck of keys, one of them lit. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={className} aria-hidden="true">
      <rect width="32" height="32" rx="7" className="fill-[#2a2d2c]" />
      {[6, 13, 20].flatMap((y) =>
        [6, 13, 20].map((x) => (
          <rect
            key={`${x}-${y}`}
            x={x}
            y={y}
            width="6"
            height="6"
            rx="1.5"
            className={x === 13 && y === 13 ? "fill-[#74cdb0]" : "fill-[#5d625f]"}
          />
        )),
      )}
    </svg>
  );
}
