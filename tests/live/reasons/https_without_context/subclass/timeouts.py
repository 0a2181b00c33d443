class Patient:
    def __init__(self, host):
        super().__init__(host, timeout=60)
