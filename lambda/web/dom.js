/** An element; text is text, never markup, whoever wrote it. */
export function el(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (key in element && typeof value !== 'string') element[key] = value;
    else if (value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== undefined && child !== null));
  return element;
}

export function field(name, label, properties = {}) {
  const { long, ...rest } = properties;
  return el('label', {}, label, el(long ? 'textarea' : 'input', { name, required: true, ...rest }));
}

/** A form that tells what it holds, once at a time. */
export function form(label, fields, onSubmit) {
  const button = el('button', { class: 'main' }, label);
  return el(
    'form',
    {
      onsubmit: async (event) => {
        event.preventDefault();
        button.disabled = true;
        await onSubmit(Object.fromEntries(new FormData(event.target)), event.target).finally(() => {
          button.disabled = false;
        });
      },
    },
    ...fields,
    button,
  );
}

export function say(text) {
  document.getElementById('status').textContent = text;
}
