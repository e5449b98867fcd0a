// In this order: what comes later may narrow what came before.
import './base.css';
import './top.css';
import './desk.css';
import './who.css';
import './search.css';
import './lines.css';
import './findings.css';
import './money.css';
import './after.css';
import './idle-screen.css';
import './today.css';
import './login.css';
import './demo.css';
import './sizes.css';
