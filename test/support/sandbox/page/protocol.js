/** What the tests ask of the bot in the page. Types only: both sides import it. */
export {};
