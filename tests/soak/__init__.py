"""Twenty minutes of steady traffic in real time: does memory stay flat, and do people hear in time?"""
